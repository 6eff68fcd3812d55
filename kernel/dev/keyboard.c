/*
 * The keyboard.  Its controller hands out scan codes of set 1: one byte a key,
 * with the top bit set on release.  A byte E0 comes before the codes of keys
 * that the first PC did not have; as each of them repeats an older key, on the
 * number pad or elsewhere, we need not look at it: it passes for the release of
 * a key we do not know.  IBM, "Personal System/2 Hardware Interface Technical
 * Reference", "Keyboard and Auxiliary Device Controller".
 */
#include "dev/keyboard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "x86/x86.h"

enum {
    KBD_DATA = 0x60,
    KBD_STATUS = 0x64,
    STATUS_OBF = 0x01,      // a byte waits in KBD_DATA
    STATUS_AUX = 0x20,      // it is the mouse's
    STATUS_ABSENT = 0xFF,   // no chip drives the bus
};

enum {
    SCAN_CTRL = 0x1D,
    SCAN_SHIFT_LEFT = 0x2A,
    SCAN_SHIFT_RIGHT = 0x36,
    SCAN_CAPS = 0x3A,
    SCAN_RELEASE = 0x80,
    NSCAN = 0x54,
};

// The character of each key, 16 keys to a line; \0 for none.
static const char plain[NSCAN] =
    "\0\0331234567890-=\b\t"
    "qwertyuiop[]\n\0as"
    "dfghjkl;'`\0\\zxcv"
    "bnm,./\0\0\0 \0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0-\0\0\0+";
static const char shifted[NSCAN] =
    "\0\033!@#$%^&*()_+\b\t"
    "QWERTYUIOP{}\n\0AS"
    "DFGHJKL:\"~\0|ZXCV"
    "BNM<>?\0\0\0 \0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0-\0\0\0+";

// What the keys send that have no character.
static const char *const sequences[NSCAN] = {
    [0x47] = "\033[H",      // home
    [0x48] = "\033[A",      // up
    [0x4B] = "\033[D",      // left
    [0x4D] = "\033[C",      // right
    [0x4F] = "\033[F",      // end
    [0x50] = "\033[B",      // down
    [0x53] = "\033[3~",     // delete
};

static bool shift, ctrl, caps;          // held down; caps lock is on
static const char *pending = "";        // bytes of the last key still to go out

/* The character of a key under the present modifiers; 0 if it has none. */
static char
character(uint8_t key)
{
    char c = plain[key];
    bool letter = c >= 'a' && c <= 'z';

    if (shift != (letter && caps))
        c = shifted[key];
    if (ctrl)
        c = letter || (c >= '@' && c <= '_') ? c & 0x1F : 0;
    return c;
}

/* Takes one scan code and leaves in `pending` what the key sends. */
static void
take_code(uint8_t code)
{
    static char single[2];
    uint8_t key = code & ~SCAN_RELEASE;
    bool down = key == code;

    if (key == SCAN_CTRL) {
        ctrl = down;
    } else if (key == SCAN_SHIFT_LEFT || key == SCAN_SHIFT_RIGHT) {
        shift = down;
    } else if (key == SCAN_CAPS) {
        caps ^= down;
    } else if (down && key < NSCAN) {
        single[0] = character(key);
        pending = sequences[key] != NULL ? sequences[key] : single;
    }
}

int
keyboard_getc(void)
{
    while (*pending == 0) {
        uint8_t status = inb(KBD_STATUS);
        if ((status & STATUS_OBF) == 0 || status == STATUS_ABSENT)
            return -1;
        uint8_t code = inb(KBD_DATA);
        if ((status & STATUS_AUX) == 0)
            take_code(code);
    }
    return (uint8_t)*pending++;
}
