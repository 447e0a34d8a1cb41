package com.example.till

import android.app.Activity
import android.net.Uri
import android.os.Bundle
import android.util.Log
import android.view.View
import android.webkit.WebView
import android.webkit.WebViewClient
import java.util.concurrent.Executors

/** The till's only screen: a web view that shows the menu, a mini-program, and hears and answers it. */
class MainActivity : Activity() {
    /** What waits (opening, closing) is done here, never on the screen's thread. */
    private val work = Executors.newSingleThreadExecutor()
    private lateinit var screen: WebView
    private var till: Till? = null

    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        screen = WebView(this)
        screen.settings.javaScriptEnabled = true
        screen.settings.domStorageEnabled = true
        // The page is the host's own, on this phone; nothing else may read files or come in by another way.
        screen.settings.allowFileAccess = false
        screen.settings.allowContentAccess = false
        screen.setWebViewClient(OwnAddressOnly()) // a property since Android 8 alone
        screen.visibility = View.INVISIBLE
        setContentView(screen)
        work.execute {
            val till = Till(applicationContext) { event -> Log.i("till", event) }
            try {
                val address = till.open()
                this.till = till
                runOnUiThread {
                    screen.loadUrl(address)
                    screen.visibility = View.VISIBLE
                }
            } catch (e: Exception) {
                Log.e("till", "the menu cannot be opened", e)
                till.close()
                runOnUiThread { finish() }
            }
        }
    }

    @Deprecated("Activity's own until API 33's predictive back")
    override fun onBackPressed() {
        if (screen.canGoBack()) screen.goBack() else super.onBackPressed()
    }

    override fun onDestroy() {
        screen.destroy()
        work.execute { till?.close() }
        work.shutdown()
        super.onDestroy()
    }

    /**
     * Keeps the web view at the host's address: a link elsewhere is not followed here. Newer Androids call the other form of the
     * method, which calls this one, the only one that there is in all of them; of what is within a frame they ask for schemes
     * such as tel: alone.
     */
    private class OwnAddressOnly : WebViewClient() {
        @Suppress("DEPRECATION", "OverridingDeprecatedMember")
        override fun shouldOverrideUrlLoading(view: WebView, url: String): Boolean = Uri.parse(url).host != "127.0.0.1"
    }
}
