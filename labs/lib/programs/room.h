/*
 * How much the machine has left of everything, found by asking until it says
 * no.  A program measures before and after some work: what has become less was
 * taken and not given back.  What is allocated once, at its first use, is no
 * leak: the work is done a few times before.
 */
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* labs/lib/Lab/Room.pm reads these numbers in this order. */
struct room {
    int pages, processes, files, descriptors, inodes, blocks;
};

enum { ROOM_BLOCK = 4096 };

static int
room_pages(void)
{
    int pages = 0;

    while (sbrk(4096) != (void *)-1)
        pages++;
    sbrk(-pages * 4096);
    return pages;
}

/* Descriptors of this process. */
static int
room_descriptors(void)
{
    int fds[64], n = 0;

    while (n < 64 && (fds[n] = open("/", O_RDONLY)) >= 0)
        n++;
    for (int i = 0; i < n; i++)
        close(fds[i]);
    return n;
}

static int
room_processes(void)
{
    int processes = 0, pid = fork();

    while (pid > 0) {
        processes++;
        kill(pid);
        pid = fork();
    }
    if (pid == 0)
        while (sleep(1000000) >= 0)
            ;
    while (wait(NULL) > 0)
        ;
    return processes;
}

/* Open files of all processes: children open some each, as long as it goes. */
static int
room_files(void)
{
    int files = 0, part, pids[100], children = 0, fds[2];

    pipe(fds);
    do {
        part = 0;
        pids[children] = fork();
        if (pids[children] == 0) {
            while (open("/", O_RDONLY) >= 0)
                part++;
            write(fds[1], &part, sizeof(part));
            while (sleep(1000000) >= 0)
                ;
        }
        if (pids[children] < 0)
            break;
        read(fds[0], &part, sizeof(part));
        files += part;
        children++;
    } while (part > 0 && children < 100);
    for (int i = 0; i < children; i++)
        kill(pids[i]);
    while (wait(NULL) > 0)
        ;
    close(fds[0]);
    close(fds[1]);
    return files;
}

/* Blocks that can be written to one file. */
static int
room_blocks_of(int fd)
{
    static char block[ROOM_BLOCK];
    int n = 0;

    while (write(fd, block, sizeof(block)) == (int)sizeof(block))
        n++;
    close(fd);
    return n;
}

/* Files that can be made; their blocks, in as few files as they fit in. */
static void
room_disk(struct room *room)
{
    char name[20];
    int n = 0, fd;

    mkdir("/room");
    while (1) {
        snprintf(name, sizeof(name), "/room/%d", n);
        fd = open(name, O_WRONLY | O_CREATE);
        if (fd < 0)
            break;
        close(fd);
        n++;
    }
    room->inodes = n;
    for (int i = 0, blocks = 1; i < n && blocks > 0; i++) {
        snprintf(name, sizeof(name), "/room/%d", i);
        blocks = room_blocks_of(open(name, O_WRONLY));
        room->blocks += blocks;
    }
    while (n-- > 0) {
        snprintf(name, sizeof(name), "/room/%d", n);
        unlink(name);
    }
    unlink("/room");
}

/* A child measures, so that its end gives everything back. */
static void
room_measure(struct room *room)
{
    int fds[2];

    pipe(fds);
    if (fork() == 0) {
        struct room found = { 0 };

        found.descriptors = room_descriptors();
        found.files = room_files();
        found.processes = room_processes();
        found.pages = room_pages();
        room_disk(&found);
        write(fds[1], &found, sizeof(found));
        exit(0);
    }
    close(fds[1]);
    read(fds[0], room, sizeof(*room));
    close(fds[0]);
    wait(NULL);
}
