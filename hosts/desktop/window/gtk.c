//go:build desktop && linux

#include "gtk.h"
#include "_cgo_export.h"

#include <gtk/gtk.h>
#include <string.h>
#include <webkit2/webkit2.h>

void dg_before(const char *class_name) {
  g_set_prgname(class_name);
  gdk_set_program_class(class_name);
}

static char *data_folder = NULL;

void dg_data(const char *folder) {
  g_free(data_folder);
  data_folder = g_strdup(folder);
}

// The web view library makes its view by this function of WebKitGTK, and a view keeps its data where it was made to. The
// program's own function comes before that of the system's library when the two are linked. What the view keeps is the
// super-app's and goes to its folder; the system's would put it into the user's cache and data folders.
GtkWidget *webkit_web_view_new(void) {
  WebKitWebsiteDataManager *manager;
  if (data_folder == NULL) {
    manager = webkit_website_data_manager_new_ephemeral();
  } else {
    char *cache = g_build_filename(data_folder, "cache", NULL);
    manager = webkit_website_data_manager_new("base-data-directory", data_folder, "base-cache-directory", cache, NULL);
    g_free(cache);
  }
  WebKitWebContext *context = webkit_web_context_new_with_website_data_manager(manager);
  GtkWidget *view = webkit_web_view_new_with_context(context);
  g_object_unref(context);
  g_object_unref(manager);
  return view;
}

static WebKitWebView *view_of(void *window) {
  return WEBKIT_WEB_VIEW(gtk_bin_get_child(GTK_BIN(window)));
}

static void on_terminated(WebKitWebView *view, WebKitWebProcessTerminationReason reason, gpointer data) {
  (void)view;
  (void)data;
  dgTerminated((int)reason);
}

// Why a page is not shown is said where the host's log goes, without its address, which may hold the token.
static gboolean on_load_failed(WebKitWebView *view, WebKitLoadEvent event, const char *uri, GError *error, gpointer data) {
  (void)view;
  (void)uri;
  (void)data;
  g_printerr("dougong-window: the page is not loaded (step %d): %s\n", (int)event, error->message);
  return FALSE;
}

static void on_title(WebKitWebView *view, GParamSpec *spec, gpointer window) {
  (void)spec;
  const char *title = webkit_web_view_get_title(view);
  if (title != NULL && *title != 0) gtk_window_set_title(GTK_WINDOW(window), title);
}

static gboolean on_configure(GtkWidget *widget, GdkEventConfigure *event, gpointer data) {
  (void)data;
  (void)event;
  if (!gtk_window_is_maximized(GTK_WINDOW(widget))) {
    int width, height;
    gtk_window_get_size(GTK_WINDOW(widget), &width, &height);
    dgSize(width, height);
  }
  return FALSE;
}

static void on_close(WebKitWebView *view, gpointer window) {
  (void)view;
  gtk_window_close(GTK_WINDOW(window));
}

// The page that says that something ended is shown.
static gboolean crashed = FALSE;

// Whatever a page gives to be saved goes to the user's folder without a question, unless it is stopped here.
static void on_download(WebKitWebContext *context, WebKitDownload *download, gpointer data) {
  (void)context;
  (void)data;
  const char *uri = webkit_uri_request_get_uri(webkit_download_get_request(download));
  if (uri == NULL || !dgMaySave((char *)uri)) webkit_download_cancel(download);
}

// Where a page, or a frame of it, is about to go, or has been led by a host; NULL for a window of its own.
static const char *destination(WebKitPolicyDecision *decision, WebKitPolicyDecisionType type) {
  if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    return webkit_uri_request_get_uri(webkit_response_policy_decision_get_request(WEBKIT_RESPONSE_POLICY_DECISION(decision)));
  WebKitNavigationAction *action =
      webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
  return webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
}

// No page opens windows of its own, and none goes where the window does not: this is asked before anything is looked up or
// sent. The link of the page that says that something ended is loaded as if the host had named
// it: followed as a link, the page would count as a stranger, from whom no login is taken.
static gboolean on_decide(WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, gpointer data) {
  (void)data;
  const char *to = type == WEBKIT_POLICY_DECISION_TYPE_NEW_WINDOW_ACTION ? NULL : destination(decision, type);
  if (to == NULL || !dgMayGo((char *)to)) {
    webkit_policy_decision_ignore(decision);
    return TRUE;
  }
  if (type != WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION || !crashed) return FALSE;
  WebKitNavigationAction *action =
      webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
  if (webkit_navigation_action_get_navigation_type(action) != WEBKIT_NAVIGATION_TYPE_LINK_CLICKED) return FALSE;
  char *uri = g_strdup(to);
  crashed = FALSE;
  webkit_policy_decision_ignore(decision);
  webkit_web_view_load_uri(view, uri);
  g_free(uri);
  return TRUE;
}

void dg_attach(void *window) {
  WebKitWebView *view = view_of(window);
  WebKitUserContentManager *manager = webkit_web_view_get_user_content_manager(view);
  // The library's bridge is reachable from every frame, that of a mini-program too. Nothing here uses it.
  webkit_user_content_manager_unregister_script_message_handler(manager, "external");
  webkit_user_content_manager_remove_all_scripts(manager);
  // Pages of H5 apps tell no host by datagrams, nor by names that are looked up. Both are off in most builds; here in all.
  WebKitSettings *settings = webkit_web_view_get_settings(view);
#if WEBKIT_CHECK_VERSION(2, 38, 0)
  g_object_set(settings, "enable-webrtc", FALSE, NULL);
#endif
  g_object_set(settings, "enable-dns-prefetching", FALSE, NULL);
  g_signal_connect(view, "web-process-terminated", G_CALLBACK(on_terminated), NULL);
  g_signal_connect(view, "load-failed", G_CALLBACK(on_load_failed), NULL);
  g_signal_connect(view, "notify::title", G_CALLBACK(on_title), window);
  g_signal_connect(view, "close", G_CALLBACK(on_close), window);
  g_signal_connect(view, "decide-policy", G_CALLBACK(on_decide), NULL);
  g_signal_connect(webkit_web_view_get_context(view), "download-started", G_CALLBACK(on_download), NULL);
  g_signal_connect(window, "configure-event", G_CALLBACK(on_configure), NULL);
}

void dg_free(void *window, int *width, int *height) {
  GdkDisplay *display = gtk_widget_get_display(GTK_WIDGET(window));
  GdkMonitor *monitor = gdk_display_get_primary_monitor(display);
  if (monitor == NULL) monitor = gdk_display_get_monitor(display, 0);
  if (monitor == NULL) return;
  GdkRectangle free;
  gdk_monitor_get_workarea(monitor, &free);
  *width = free.width;
  *height = free.height;
}

void dg_icon(void *window, const void *data, size_t size) {
  GdkPixbufLoader *loader = gdk_pixbuf_loader_new();
  gboolean good = gdk_pixbuf_loader_write(loader, data, size, NULL);
  if (gdk_pixbuf_loader_close(loader, NULL) && good) {
    GdkPixbuf *icon = gdk_pixbuf_loader_get_pixbuf(loader);
    if (icon != NULL) gtk_window_set_icon(GTK_WINDOW(window), icon);
  }
  g_object_unref(loader);
}

void dg_present(void *window) { gtk_window_present(GTK_WINDOW(window)); }

void dg_crashed(void *window, const char *html, const char *url) {
  crashed = TRUE;
  webkit_web_view_load_alternate_html(view_of(window), html, url, NULL);
}

// The dialogs that are open, the newest first: one may be opened from within another's loop.
struct asking {
  uint64_t id;
  GtkNativeDialog *dialog;
  struct asking *before;
};
static struct asking *asking = NULL;

void dg_unpick(uint64_t id) {
  for (struct asking *a = asking; a != NULL; a = a->before) {
    if (a->id != id) continue;
    gtk_native_dialog_hide(a->dialog);
    g_signal_emit_by_name(a->dialog, "response", GTK_RESPONSE_CANCEL); // hiding alone does not end its loop
    return;
  }
}

// The files that the user picked, one a line; "" if none. A name with a line break in it is left out.
char *dg_pick(void *window, uint64_t id, const char *title, int save, int many, const char *name, const char *patterns) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(
      title, GTK_WINDOW(window), save ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  GtkFileChooser *chooser = GTK_FILE_CHOOSER(dialog);
  gtk_file_chooser_set_local_only(chooser, TRUE);
  if (save) {
    gtk_file_chooser_set_current_name(chooser, name);
    gtk_file_chooser_set_do_overwrite_confirmation(chooser, TRUE);
  } else {
    gtk_file_chooser_set_select_multiple(chooser, many);
  }
  if (*patterns != 0) {
    GtkFileFilter *filter = gtk_file_filter_new();
    gchar **list = g_strsplit(patterns, "\n", -1);
    for (int i = 0; list[i] != NULL; i++) gtk_file_filter_add_pattern(filter, list[i]);
    g_strfreev(list);
    gtk_file_chooser_set_filter(chooser, filter);
  }
  GString *out = g_string_new("");
  struct asking self = {id, GTK_NATIVE_DIALOG(dialog), asking};
  asking = &self;
  gint response = gtk_native_dialog_run(GTK_NATIVE_DIALOG(dialog));
  for (struct asking **a = &asking; *a != NULL; a = &(*a)->before) {
    if (*a == &self) {
      *a = self.before;
      break;
    }
  }
  if (response == GTK_RESPONSE_ACCEPT) {
    GSList *files = gtk_file_chooser_get_filenames(chooser);
    for (GSList *f = files; f != NULL; f = f->next) {
      const char *file = f->data;
      if (strchr(file, '\n') == NULL) g_string_append_printf(out, "%s%s", out->len > 0 ? "\n" : "", file);
    }
    g_slist_free_full(files, g_free);
  }
  g_object_unref(dialog);
  return g_string_free(out, FALSE);
}

char *dg_engine(void) {
  return g_strdup_printf("WebKitGTK %u.%u.%u", webkit_get_major_version(), webkit_get_minor_version(), webkit_get_micro_version());
}
