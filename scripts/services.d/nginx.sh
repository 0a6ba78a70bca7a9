# Not a server: the program that the tests of a proxy in front start, each with its own configuration.
PROGRAM=nginx
PACKAGES=nginx

start() { echo "TEST_NGINX=$(type -P nginx)"; }

stop() { :; }
