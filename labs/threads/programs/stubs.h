/* The calls that thread.c makes: each test program is linked with it. */
SYSCALL(33, int, clone, (void (*function)(void *), void *argument, void *stack))
SYSCALL(34, int, join, (void **stack))
