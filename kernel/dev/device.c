/* The table of devices. */
#include "dev/device.h"

#include "lib/limits.h"
#include "dev/console.h"
#include "dev/ptable.h"

static const struct device devices[NDEV] = {
    [DEV_CONSOLE] = { console_read, console_write },
    [DEV_PTABLE] = { ptable_read, NULL },
};

const struct device *
device_find(int major)
{
    return major > 0 && major < NDEV && devices[major].read != NULL
           ? &devices[major] : NULL;
}
