/* The table of devices. */
#include "dev/device.h"

struct device devices[NDEV];

const struct device *
device_find(int major)
{
    if (major <= 0 || major >= NDEV || devices[major].read == NULL)
        return NULL;
    return &devices[major];
}
