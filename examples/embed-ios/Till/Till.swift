import Foundation
import Mobile // gomobile bind, see README.md

/// The till: a host with the menu in it, and the capability that takes orders. `open` and `close` wait: keep them off the
/// main thread.
final class Till: NSObject, MobileCapabilityProtocol, MobileListenerProtocol {
    private let host: MobileHost
    private let heard: (String) -> Void
    private let lock = NSLock()
    private var orders = 0

    init?(hear: @escaping (String) -> Void) {
        let folder = FileManager.default.urls(for: .applicationSupportDirectory, in: .userDomainMask)[0]
        guard let host = MobileHost(folder.appendingPathComponent("dougong").path) else { return nil }
        self.host = host
        heard = hear
    }

    /// Opens the host and returns the address for a web view.
    func open() throws -> URL {
        let bundle = Bundle.main
        guard let menu = bundle.path(forResource: "order", ofType: nil),
              let contract = bundle.url(forResource: "till", withExtension: "yaml") else {
            throw CocoaError(.fileNoSuchFile)
        }
        host.addMiniProgram(menu)
        try host.addCapability(String(contentsOf: contract, encoding: .utf8), c: self)
        host.setListener(self)
        try host.open()
        var problem: NSError?
        let address = host.address(&problem)
        if let problem { throw problem }
        guard let url = URL(string: address) else { throw URLError(.badURL) }
        return url
    }

    /// Tells an open menu, wherever it is shown, that a dish is ready.
    func served(menu: Int64, number: Int) throws {
        try host.app(menu).send("served", data: "{\"number\": \(number)}")
    }

    func close() throws { try host.close() }

    /// Takes an order. It comes on a thread of its own; an answer may come later, from any thread.
    func call(_ request: MobileRequest?) {
        guard let request else { return }
        guard let data = request.params().data(using: .utf8),
              let order = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
              order["dish"] as? String != "豆浆" else {
            request.fail(10001, name: "sold-out", message: "no soy milk left today")
            return
        }
        lock.lock()
        orders += 1
        let number = orders
        lock.unlock()
        request.answer("{\"number\": \(number)}")
    }

    /// Hears what happens, as JSON.
    func hear(_ event: String?) { heard(event ?? "") }
}
