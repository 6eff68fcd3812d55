/* Checks everything that must be true of an image. */
#pragma once

#include "image.h"
#include "volume.h"

enum check_mode {
    CHECK_QUIET,        // count violations
    CHECK_REPORT,       // and name each on a line of stdout
    CHECK_REPAIR,       // and repair what can be repaired
};

/*
 * Opens the image's file system, replays its log in memory as a mount would,
 * and checks all invariants.  Returns how many violations there are.  Repairing
 * one may bring up another.
 */
unsigned check_image(const struct image *image, struct volume *v,
                     enum check_mode mode);

/*
 * Repairs until there is nothing left that can be.  Returns how many violations
 * are left then.
 */
unsigned repair_image(const struct image *image, struct volume *v);
