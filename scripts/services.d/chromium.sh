# Not a server: the browser that the tests of passkeys and pages control.
PROGRAM=chromium
PACKAGES=chromium

start() { echo "TEST_CHROMIUM=$(type -P chromium)"; }

stop() { :; }
