// Boots a disk image in v86 to the shell's prompt and runs ls.
//
//     node v86.mjs V86-FOLDER IMAGE BIOS VGABIOS
//
// Prints the serial line.  Fails if README is not listed within the time limit.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, image, bios, vgabios] = process.argv.slice(2);
const LIMIT_SECONDS = 120;
const library = path.join(folder, "build/libv86.mjs");
const { V86 } = await import(pathToFileURL(library));

const bytes = (file) => {
    const { buffer, byteOffset, byteLength } = fs.readFileSync(file);
    return buffer.slice(byteOffset, byteOffset + byteLength);
};
const emulator = new V86({
    wasm_path: path.join(folder, "build/v86.wasm"),
    bios: { buffer: bytes(bios) },
    vga_bios: { buffer: bytes(vgabios) },
    hda: { buffer: bytes(image) },
    memory_size: 64 << 20,
    vga_memory_size: 2 << 20,
    acpi: true,
    autostart: true,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
});

let output = "";
const steps = [
    { until: /^\$ $/m, then: () => emulator.serial0_send("ls\n") },
    { until: /^\S*README\b[^]*\n\$ $/m, then: () => finish(0, "v86: ok") },
];

async function finish(code, message) {
    await emulator.stop();
    console.log(`\n${message}`);
    process.exit(code);
}

emulator.add_listener("serial0-output-byte", (byte) => {
    const character = String.fromCharCode(byte);
    process.stdout.write(character);
    output += character === "\r" ? "" : character;
    if (steps.length > 0 && steps[0].until.test(output)) {
        output = "";
        steps.shift().then();
    }
});
setTimeout(() => finish(1, `v86: no answer within ${LIMIT_SECONDS} s`),
    LIMIT_SECONDS * 1000);
