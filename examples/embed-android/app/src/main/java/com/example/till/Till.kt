package com.example.till

import android.content.Context
import dev.dougong.mobile.Capability
import dev.dougong.mobile.Host
import dev.dougong.mobile.Listener
import dev.dougong.mobile.Request
import java.io.File
import java.util.concurrent.atomic.AtomicLong
import org.json.JSONObject

/** The till: a host with the menu in it, and the capability that takes orders. [open] and [close] wait. */
class Till(private val context: Context, private val hear: (String) -> Unit) : Capability, Listener {
    private val host = Host(File(context.filesDir, "dougong").path)
    private val orders = AtomicLong()

    /** Opens the host and returns the address for a web view. */
    fun open(): String {
        host.addMiniProgram(unpacked("order").path)
        host.addCapability(context.assets.open("till.yaml").reader().use { it.readText() }, this)
        host.setListener(this)
        host.open()
        return host.address()
    }

    /** Tells an open menu, wherever it is shown, that a dish is ready. */
    fun served(menu: Long, number: Long) {
        host.app(menu).send("served", JSONObject().put("number", number).toString())
    }

    fun close() = host.close()

    /** Takes an order. It comes on a thread of its own; an answer may come later, from any thread. */
    override fun call(request: Request) {
        val order = JSONObject(request.params())
        if (order.getString("dish") == "豆浆") {
            request.fail(10001, "sold-out", "no soy milk left today")
            return
        }
        request.answer(JSONObject().put("number", orders.incrementAndGet()).toString())
    }

    /** Hears what happens, as JSON. */
    override fun hear(event: String) = hear.invoke(event)

    /** Copies a folder of the app's assets to where the host can read it: assets are no files. */
    private fun unpacked(name: String): File {
        val target = File(context.filesDir, name)
        target.deleteRecursively()
        copy(name, target)
        return target
    }

    private fun copy(from: String, to: File) {
        val children = context.assets.list(from).orEmpty()
        if (children.isEmpty()) {
            context.assets.open(from).use { input -> to.outputStream().use { input.copyTo(it) } }
            return
        }
        to.mkdirs()
        for (child in children) copy("$from/$child", File(to, child))
    }
}
