/* os_cgroup.c: how many CPUs the control groups leave to this process.
 *
 * Floor 0. Both hierarchies are read as the kernel documents them: version 2 has cpu.max ("quota period" or
 * "max period") in each group, version 1 has cpu.cfs_quota_us (-1: none) and cpu.cfs_period_us in groups of
 * the cpu controller. A group's limit holds for all below it, so the smallest on the way from our group to
 * the mount point counts. Paths in /proc/self/cgroup are relative to the root of the hierarchy; a mount may
 * show a part of it.
 */
#include "os.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_SIZE = 1024, FILE_SIZE = 8192 };

typedef struct {
    int version;           /* 0: no hierarchy with the cpu controller */
    char group[PATH_SIZE]; /* ours, from the hierarchy's root */
    char mount[PATH_SIZE]; /* where it is mounted */
    char root[PATH_SIZE];  /* which part of the hierarchy is mounted there */
} Hierarchy;

/* Whether list, separated by commas, has the word. */
static bool has_word(const char *list, const char *word) {
    size_t n = strlen(word);
    for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
        if (strncmp(p, word, n) == 0 && (p[n] == 0 || p[n] == ',')) return true;
    return false;
}

/* Lines "id:controllers:path"; version 2 has id 0 and no controllers. Version 1 with the cpu controller wins.
 */
static void parse_groups(char *text, Hierarchy *h) {
    char *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *controllers = strchr(line, ':');
        char *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path) continue;
        *path++ = 0;
        controllers++;
        bool v1 = has_word(controllers, "cpu");
        if (!v1 && (*controllers || h->version == 1)) continue;
        h->version = v1 ? 1 : 2;
        snprintf(h->group, sizeof h->group, "%s", path);
    }
}

/* Lines "id parent dev root mount options [fields] - type source superoptions". */
static bool parse_mounts(char *text, Hierarchy *h) {
    char *save = NULL;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *tail = strstr(line, " - "), type[64], super[512];
        if (!tail || sscanf(tail, " - %63s %*s %511s", type, super) != 2) continue;
        bool match = h->version == 2 ? strcmp(type, "cgroup2") == 0
                                     : strcmp(type, "cgroup") == 0 && has_word(super, "cpu");
        if (match && sscanf(line, "%*s %*s %*s %1023s %1023s", h->root, h->mount) == 2) return true;
    }
    return false;
}

/* The limit of one group's directory, 0: none. */
static double group_limit(const char *dir, int version) {
    char path[3 * PATH_SIZE + 32], text[128];
    double quota = -1, period = 100000;
    snprintf(path, sizeof path, "%s/%s", dir, version == 2 ? "cpu.max" : "cpu.cfs_quota_us");
    if (os_read_file(path, text, sizeof text) < 0) return 0;
    if (version == 2) {
        if (sscanf(text, "%lf %lf", &quota, &period) != 2) return 0; /* "max" is no number */
    } else {
        quota = strtod(text, NULL);
        snprintf(path, sizeof path, "%s/cpu.cfs_period_us", dir);
        if (os_read_file(path, text, sizeof text) < 0) return 0;
        period = strtod(text, NULL);
    }
    return quota > 0 && period > 0 ? quota / period : 0;
}

double os_cgroup_cpus(const char *prefix) {
    Hierarchy h = {0};
    char path[3 * PATH_SIZE], text[FILE_SIZE];
    snprintf(path, sizeof path, "%s/proc/self/cgroup", prefix);
    if (os_read_file(path, text, sizeof text) < 0) return 0;
    parse_groups(text, &h);
    snprintf(path, sizeof path, "%s/proc/self/mountinfo", prefix);
    if (!h.version || os_read_file(path, text, sizeof text) < 0 || !parse_mounts(text, &h)) return 0;

    const char *below = h.group;
    size_t n = strlen(h.root);
    if (n > 1 && strncmp(below, h.root, n) == 0) below += n;
    int base = snprintf(path, sizeof path, "%s%s", prefix, h.mount);
    if (strcmp(below, "/") != 0) snprintf(path + base, sizeof path - (size_t)base, "%s", below);

    double least = 0;
    for (;;) { /* from our group up to the mount point */
        double limit = group_limit(path, h.version);
        if (limit > 0 && (least <= 0 || limit < least)) least = limit;
        char *slash = strrchr(path, '/');
        if (!slash || slash < path + base) return least;
        *slash = 0;
    }
}
