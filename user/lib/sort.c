/*
 * Sorting and searching arrays.
 *
 * qsort is a heap sort: it needs no memory beside the array, never recurses,
 * and takes n log n comparisons whatever the order it begins with.
 *
 * The array is seen as a tree in which element i has the children 2i + 1 and
 * 2i + 2.  It is a heap if no child is greater than its parent; then the first
 * element is the greatest.
 */
#include <stdlib.h>

struct array {
    char *base;
    size_t size;                // of one element
    int (*compare)(const void *, const void *);
};

static char *
element(const struct array *array, size_t i)
{
    return array->base + i * array->size;
}

static void
swap(const struct array *array, size_t i, size_t j)
{
    char *a = element(array, i);
    char *b = element(array, j);

    for (size_t k = 0; k < array->size; k++) {
        char saved = a[k];
        a[k] = b[k];
        b[k] = saved;
    }
}

/*
 * Makes a heap of element i and all below it, of the first n elements.  The
 * trees below its children are heaps already.
 */
static void
sift_down(const struct array *array, size_t i, size_t n)
{
    while (2 * i + 1 < n) {
        size_t child = 2 * i + 1;
        if (child + 1 < n && array->compare(element(array, child + 1),
                                            element(array, child)) > 0)
            child++;
        if (array->compare(element(array, child), element(array, i)) <= 0)
            return;
        swap(array, i, child);
        i = child;
    }
}

void
qsort(void *base, size_t n, size_t size,
      int (*compare)(const void *, const void *))
{
    struct array array = { .base = base, .size = size, .compare = compare };

    for (size_t i = n / 2; i > 0; i--)
        sift_down(&array, i - 1, n);
    while (n > 1) {
        n--;
        swap(&array, 0, n);     // the greatest goes to its place at the end
        sift_down(&array, 0, n);
    }
}

void *
bsearch(const void *key, const void *base, size_t n, size_t size,
        int (*compare)(const void *, const void *))
{
    const char *first = base;

    while (n > 0) {
        const char *middle = first + n / 2 * size;
        int order = compare(key, middle);
        if (order == 0)
            return (void *)(size_t)middle;
        if (order > 0) {
            first = middle + size;
            n -= n / 2 + 1;
        } else {
            n /= 2;
        }
    }
    return NULL;
}
