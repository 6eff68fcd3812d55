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

#include "x86/x86.h"

enum {
    KBD_DATA = 0x60,
    KBD_STATUS = 0x64,
    STATUS_OBF = 0x01,      // a byte waits in KBD_DATA
    MAX_BYTES = 256,        // more than any controller holds back
    SCAN_CTRL = 0x1D,
    SCAN_SHIFT_LEFT = 0x2A,
    SCAN_SHIFT_RIGHT = 0x36,
    SCAN_UP = 0x48,         // the first cursor key
    SCAN_RELEASE = 0x80,
};

// The character of each key, without and with shift; \0 for none.
static const char keys[2][SCAN_UP] = {
    "\0\0331234567890-=\b\tqwertyuiop[]\n\0as"
    "dfghjkl;'`\0\\zxcvbnm,./\0\0\0 ",
    "\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\n\0AS"
    "DFGHJKL:\"~\0|ZXCVBNM<>?\0\0\0 ",
};

// What follows ESC [ for up, left, right, down; \0 for the keys between.
static const char cursor_keys[] = "A\0\0D\0C\0\0B";

static bool held[SCAN_RELEASE];         // the keys that are down now

void
keyboard_input(void (*take)(uint8_t c))
{
    // Without a controller, all reads give all ones: that must end, too.
    for (int i = 0; i < MAX_BYTES && (inb(KBD_STATUS) & STATUS_OBF) != 0; i++) {
        uint8_t code = inb(KBD_DATA);
        uint8_t key = code & ~SCAN_RELEASE;
        bool shift = held[SCAN_SHIFT_LEFT] || held[SCAN_SHIFT_RIGHT];
        held[key] = key == code;
        if (held[key] && key < SCAN_UP) {
            char c = keys[shift][key];
            if (held[SCAN_CTRL])
                c = c >= '@' ? c & 0x1F : 0;
            take(c);
        } else if (held[key] && key < SCAN_UP + sizeof(cursor_keys)) {
            take('\033');
            take('[');
            take(cursor_keys[key - SCAN_UP]);
        }
    }
}
