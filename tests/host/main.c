/*
 * hostfs - runs kernel/fs on this machine and tries to break it.
 *
 * usage: hostfs PART FIRST-SEED COUNT ...
 *
 * The parts, any number of them: limits; torn, a case made by hand; rounds;
 * lives; mutations.  It ends at the first one that fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "limits.h"
#include "lives.h"
#include "mutate.h"
#include "power.h"
#include "rounds.h"
#include "run.h"

const char *__asan_default_options(void);

/* The model frees nothing, so do not look for leaks. */
const char *
__asan_default_options(void)
{
    return "detect_leaks=0:abort_on_error=1";
}

static void
one_limit(uint64_t i)
{
    if (i >= nlimits)
        return;
    create_disk(limits[i].nblocks, limits[i].ninodes);
    expect_success(limits[i].name, limits[i].body);
    drop_disk();
}

static const struct part {
    const char *name;
    void (*run)(uint64_t seed);
} parts[] = {
    { "limits", one_limit },
    { "torn", torn_header },
    { "rounds", one_round },
    { "lives", short_lives },
    { "mutations", mutations },
};

static const struct part *
find_part(const char *name)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i];
    }
    fail("there is no part %s", name);
}

int
main(int argc, char **argv)
{
    // The kernel's own messages go nowhere.
    if (getenv("HOSTFS_VERBOSE") == NULL && !freopen("/dev/null", "w", stdout))
        fail("no /dev/null");
    record = record_create();
    for (int i = 1; i + 2 < argc; i += 3) {
        const struct part *part = find_part(argv[i]);
        uint64_t first = strtoull(argv[i + 1], NULL, 0);
        uint64_t n = strtoull(argv[i + 2], NULL, 0);
        for (uint64_t j = 0; j < n && count.bad == 0; j++) {
            part->run(first + j);
            count.done++;
        }
    }
    fprintf(stderr, "hostfs: %u runs, %u power cuts, %u damaged images, "
            "%u mounts refused, %u images repaired: %u failures\n", count.done,
            count.cuts, count.images, count.refused, count.repaired, count.bad);
    return count.bad > 0;
}
