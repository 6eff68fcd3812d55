/* CRC-32, as Ethernet and zlib compute it: "123456789" has 0xcbf43926. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { CRC32_POLYNOMIAL = 0xedb88320 };

/*
 * Returns the checksum of n more bytes behind those that `crc` is the checksum
 * of; 0 is that of none.
 */
static inline uint32_t
crc32(uint32_t crc, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;

    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (-(crc & 1) & CRC32_POLYNOMIAL);
    }
    return ~crc;
}
