// What the window needs of GTK and WebKitGTK beside the web view library.
#include <stdint.h>
#include <stdlib.h>

void dg_before(const char *class_name);
void dg_data(const char *folder);
void dg_attach(void *window);
// The screen's room for windows; unchanged if there is no screen that tells.
void dg_free(void *window, int *width, int *height);
void dg_icon(void *window, const void *data, size_t size);
void dg_present(void *window);
void dg_crashed(void *window, const char *html, const char *url);
void dg_unpick(uint64_t id);
char *dg_pick(void *window, uint64_t id, const char *title, int save, int many, const char *name, const char *patterns);
char *dg_engine(void);
