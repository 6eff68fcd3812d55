/*
 * animals: a program with a mistake, to be found with the debugger.
 *
 * Five animals go into a list, and three come out of it.  A word of the list is
 * wrong; it was right when it was written, and nobody looked at it until it was
 * too late.  Who wrote it last?  `make record`, animals, halt, `make replay`.
 */
#include <stdio.h>
#include <string.h>

struct animal {
    char name[8];
    struct animal *next;        // the one before it in the order they came
};

// Where they lie does not hang on the compiler: so neither does what happens.
static struct animal zoo[8] __attribute__((aligned(256)));
static struct animal *last;

static void __attribute__((noinline))
add(int n, const char *name)
{
    zoo[n].next = last;
    strcpy(zoo[n].name, name);
    last = &zoo[n];
}

static int __attribute__((noinline))
list_all(void)
{
    int n = 0;

    for (const struct animal *animal = last; animal; animal = animal->next) {
        printf("%s\n", animal->name);
        n++;
    }
    return n;
}

int
main(void)
{
    static const char *const names[] = {
        "ant", "bee", "cat", "elephant", "dog"
    };
    enum { N = sizeof names / sizeof names[0] };

    for (int i = 0; i < N; i++)
        add(i, names[i]);
    int n = list_all();
    printf("animals: %d went in, %d came out\n", N, n);
    return n == N ? 0 : 1;
}
