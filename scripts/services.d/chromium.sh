# Not a server: what the tests of passkeys and pages drive.
PROGRAM=chromium
PACKAGES=chromium

start() { echo "TEST_CHROMIUM=$(type -P chromium)"; }

stop() { :; }
