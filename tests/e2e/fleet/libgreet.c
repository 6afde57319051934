/* The shared library of package libgreet1: it only knows which build of it is mapped. */
const char *greet(void) { return VERSION; }
