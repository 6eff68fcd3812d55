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
    SCAN_CAPS = 0x3A,
    SCAN_HOME = 0x47,       // the first cursor key
    SCAN_RELEASE = 0x80,
};

// The character of each key, without and with shift; \0 for none.
static const char keys[2][SCAN_HOME] = {
    "\0\0331234567890-=\b\tqwertyuiop[]\n\0as"
    "dfghjkl;'`\0\\zxcvbnm,./\0\0\0 ",
    "\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\n\0AS"
    "DFGHJKL:\"~\0|ZXCVBNM<>?\0\0\0 ",
};

// What follows ESC [ for home, up, left, right, end, down, delete; \0 for none.
static const char cursor_keys[] = "HA\0\0D\0C\0FB\0\0~";

static bool held[SCAN_RELEASE];         // the keys that are down now
static bool caps;                       // caps lock is on

/* Calls take with what a key sends while those others are held. */
static void
press(uint8_t key, void (*take)(uint8_t c))
{
    bool shift = held[SCAN_SHIFT_LEFT] || held[SCAN_SHIFT_RIGHT];

    if (key < SCAN_HOME) {
        char c = keys[0][key];
        bool letter = c >= 'a' && c <= 'z';
        c = keys[shift != (caps && letter)][key];
        if (held[SCAN_CTRL])
            c = c >= '@' ? c & 0x1F : 0;
        take(c);
    } else if (key < SCAN_HOME + sizeof(cursor_keys)) {
        take('\033');
        take('[');
        take(cursor_keys[key - SCAN_HOME]);
    }
}

void
keyboard_input(void (*take)(uint8_t c))
{
    // Without a controller, all reads give all ones: that must end, too.
    for (int i = 0; i < MAX_BYTES && (inb(KBD_STATUS) & STATUS_OBF) != 0; i++) {
        uint8_t code = inb(KBD_DATA);
        uint8_t key = code & ~SCAN_RELEASE;
        held[key] = key == code;
        caps ^= code == SCAN_CAPS;
        if (held[key])
            press(key, take);
    }
}
