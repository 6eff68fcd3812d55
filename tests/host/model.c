/* The file system as it should be.  Nothing is freed: a run is short. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

#include "fcntl.h"
#include "stat.h"
#include "host.h"

uint64_t
hash_bytes(const void *data, size_t size)
{
    const uint8_t *p = data;
    uint64_t hash = size + 1, word;

    for (; size >= 8; size -= 8, p += 8) {
        memcpy(&word, p, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    word = 0;
    for (size_t i = 0; i < size; i++)
        word |= (uint64_t)p[i] << 8 * i;
    hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

uint64_t
hash_inode(int type, int nlink, int major, uint32_t size, uint64_t contents)
{
    uint64_t parts[] = { type, nlink, major, type == T_DIR ? 0 : size,
                         contents };

    return hash_bytes(parts, sizeof(parts));
}

uint64_t
hash_entry(const char *name, uint64_t inode)
{
    return hash_bytes(name, strlen(name)) * 31 ^ inode * 17;
}

uint64_t
world_hash(struct node *node)
{
    uint64_t contents = 0;      // a sum: the order of entries does not matter

    if (node->type == T_FILE) {
        if (node->hash == 0)
            node->hash = hash_bytes(node->data, node->size);
        contents = node->hash;
    }
    for (struct child *c = node->children; c != NULL; c = c->next)
        contents += hash_entry(c->name, world_hash(c->node));
    return hash_inode(node->type, node->nlink, node->major, node->size,
                      contents);
}

static struct node *
new_node(int type, int major)
{
    struct node *node = calloc(1, sizeof(*node));

    node->type = type;
    node->major = major;
    node->nlink = 1;
    return node;
}

void
world_create(struct world *w, const char *root_path)
{
    w->root = new_node(T_DIR, 0);
    w->root->parent = NULL;
    w->cwd = w->root;
    w->root_path = root_path;
}

static struct child **
find_child(struct node *dir, const char *name)
{
    struct child **c = &dir->children;

    while (*c != NULL && strcmp((*c)->name, name) != 0)
        c = &(*c)->next;
    return c;
}

static struct node *
child_of(struct node *dir, const char *name)
{
    struct child *c = *find_child(dir, name);

    return c != NULL ? c->node : NULL;
}

static bool
is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Where a path ends. */
struct place {
    struct node *dir;           // NULL: nowhere
    char name[DIRSIZ + 1];
    bool slash;                 // the name is followed by one
    bool left;                  // the way led out of the world
    struct node *node;          // what is there, NULL if nothing
};

static struct node *
step(struct place *place, struct node *dir, const char *name)
{
    if (dir->type != T_DIR || dir->nlink == 0)
        return NULL;
    if (strcmp(name, ".") == 0)
        return dir;
    if (strcmp(name, "..") == 0) {
        place->left |= dir->parent == NULL;
        return dir->parent;
    }
    return child_of(dir, name);
}

static struct place
walk(struct world *w, const char *path)
{
    struct place place = { .dir = w->cwd };
    size_t root_length = strlen(w->root_path);

    if (path[0] == '/') {
        place.dir = w->root;
        path += root_length;
        path += strspn(path, "/");
        if (path[0] == '\0')
            path = "./";
    }
    if (path[0] == '\0')
        place.dir = NULL;
    while (place.dir != NULL) {
        size_t length = strcspn(path, "/");
        if (length > DIRSIZ) {
            place.dir = NULL;
            break;
        }
        memcpy(place.name, path, length);
        place.name[length] = '\0';
        path += length;
        place.slash = *path == '/';
        path += strspn(path, "/");
        struct node *next = step(&place, place.dir, place.name);
        if (*path == '\0') {
            place.node = next;
            break;
        }
        place.dir = next;
    }
    // A removed directory holds nothing, and takes nothing.
    if (place.dir != NULL && (place.dir->type != T_DIR ||
                              place.dir->nlink == 0))
        place.dir = NULL;
    if (place.dir == NULL)
        place.node = NULL;
    return place;
}

bool
model_leaves(struct world *w, const char *path)
{
    return walk(w, path).left;
}

struct node *
model_lookup(struct world *w, const char *path)
{
    struct place place = walk(w, path);

    if (place.slash && place.node != NULL && place.node->type != T_DIR)
        return NULL;
    return place.node;
}

static void
enter(struct place *place, struct node *node)
{
    struct child *c = calloc(1, sizeof(*c));

    strcpy(c->name, place->name);
    c->node = node;
    c->next = place->dir->children;
    place->dir->children = c;
}

int
model_make(struct world *w, const char *path, int type, int major)
{
    struct place place = walk(w, path);

    if (place.dir == NULL || place.node != NULL)
        return -1;
    if (place.slash && type != T_DIR)
        return -1;
    struct node *node = new_node(type, major);
    enter(&place, node);
    if (type == T_DIR) {
        node->parent = place.dir;
        place.dir->nlink++;
    }
    return 0;
}

int
model_open(struct world *w, const char *path, int flags, struct node **node)
{
    int mode = flags & O_ACCMODE;

    if (mode == 3 || (flags & ~(O_ACCMODE | O_CREATE | O_TRUNC | O_APPEND)) ||
        ((flags & O_TRUNC) && mode == O_RDONLY))
        return -1;
    if (model_lookup(w, path) == NULL && (flags & O_CREATE) != 0)
        model_make(w, path, T_FILE, 0);
    *node = model_lookup(w, path);
    if (*node == NULL || ((*node)->type == T_DIR && flags != O_RDONLY) ||
        ((*node)->type == T_DEV && (*node)->major != 1))
        return -1;
    if ((*node)->type == T_FILE && (flags & O_TRUNC) != 0) {
        (*node)->size = 0;
        (*node)->hash = 0;
    }
    return 0;
}

int
model_link(struct world *w, const char *from, const char *to)
{
    struct node *node = model_lookup(w, from);
    struct place place = walk(w, to);

    if (node == NULL || node->type == T_DIR || place.dir == NULL ||
        place.node != NULL || place.slash)
        return -1;
    node->nlink++;
    enter(&place, node);
    return 0;
}

/* Takes the name away that leads to place->node. */
static void
remove_name(struct place *place)
{
    struct child **c = find_child(place->dir, place->name);

    *c = (*c)->next;
    place->node->nlink--;
    if (place->node->type == T_DIR)
        place->dir->nlink--;
}

int
model_unlink(struct world *w, const char *path)
{
    struct place place = walk(w, path);

    if (place.node == NULL || is_dots(place.name) ||
        (place.node->type == T_DIR ? place.node->children != NULL
                                   : place.slash))
        return -1;
    remove_name(&place);
    return 0;
}

static bool
is_inside(struct node *dir, struct node *other)
{
    while (dir != NULL && dir != other)
        dir = dir->parent;
    return dir != NULL;
}

int
model_rename(struct world *w, const char *from, const char *to)
{
    struct place source = walk(w, from), target = walk(w, to);

    if (source.node == NULL || target.dir == NULL || is_dots(source.name) ||
        is_dots(target.name))
        return -1;
    bool is_dir = source.node->type == T_DIR;
    if ((source.slash || target.slash) && !is_dir)
        return -1;
    if (target.slash && target.node != NULL && target.node->type != T_DIR)
        return -1;
    if (source.node == target.node)
        return 0;
    if (is_dir && is_inside(target.dir, source.node))
        return -1;
    if (target.node != NULL) {
        if ((target.node->type == T_DIR) != is_dir ||
            target.node->children != NULL)
            return -1;
        remove_name(&target);
    }
    enter(&target, source.node);
    source.node->nlink++;       // remove_name takes it back
    target.dir->nlink += is_dir;
    // The new entry is in front: if both have one name, that stays.
    remove_name(&source);
    if (is_dir)
        source.node->parent = target.dir;
    return 0;
}

int
model_chdir(struct world *w, const char *path)
{
    struct node *node = model_lookup(w, path);

    if (node == NULL || node->type != T_DIR)
        return -1;
    w->cwd = node;
    return 0;
}

int
model_write(struct node *node, const uint8_t *src, uint32_t off, size_t n)
{
    if (off >= MAX_BYTES)
        return -1;
    if (n > MAX_BYTES - off)
        n = MAX_BYTES - off;
    if (off + n > node->size) {
        node->data = realloc(node->data, off + n);
        memset(node->data + node->size, 0, off + n - node->size);
        node->size = off + n;
    }
    memcpy(node->data + off, src, n);
    node->hash = 0;
    return (int)n;
}
