/*
 * assert(x) ends the program with a message if x is false.  As in every C
 * library, NDEBUG takes the checks out, also when this file is included anew.
 */
#undef assert
#ifdef NDEBUG
#define assert(x) ((void)0)
#else
#define assert(x) ((x) ? (void)0 : assert_failed(#x, __FILE__, __LINE__))
#endif

void assert_failed(const char *text, const char *file, int line)
    __attribute__((noreturn));
