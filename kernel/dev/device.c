/* The table of devices. */
#include "dev/device.h"

#include "lib/limits.h"
#include "core/panic.h"

static const struct device *devices[NDEV];

void
device_register(int major, const struct device *device)
{
    assert(major > 0 && major < NDEV && devices[major] == NULL);
    devices[major] = device;
}

const struct device *
device_find(int major)
{
    return major > 0 && major < NDEV ? devices[major] : NULL;
}
