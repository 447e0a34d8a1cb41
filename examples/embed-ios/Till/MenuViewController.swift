import UIKit
import WebKit

/// The till's only screen: a web view that shows the menu, a mini-program.
final class MenuViewController: UIViewController, WKNavigationDelegate {
    /// What waits (opening, closing) is done here, never on the main thread.
    private let work = DispatchQueue(label: "till")
    private let screen: WKWebView = {
        let configuration = WKWebViewConfiguration()
        configuration.websiteDataStore = .nonPersistent() // the login is the address's token, new at each start
        return WKWebView(frame: .zero, configuration: configuration)
    }()
    private var till: Till?

    override func loadView() {
        screen.navigationDelegate = self
        view = screen
    }

    override func viewDidLoad() {
        super.viewDidLoad()
        work.async { [weak self] in
            guard let till = Till(hear: { print("till:", $0) }) else { return }
            do {
                let address = try till.open()
                DispatchQueue.main.async {
                    self?.till = till
                    self?.screen.load(URLRequest(url: address))
                }
            } catch {
                print("the menu cannot be opened:", error)
                try? till.close()
            }
        }
    }

    deinit {
        guard let till else { return }
        work.async { try? till.close() }
    }

    /// Keeps the web view at the host's address: a link elsewhere is not followed here.
    func webView(_ webView: WKWebView, decidePolicyFor action: WKNavigationAction,
                 decisionHandler: @escaping (WKNavigationActionPolicy) -> Void) {
        let main = action.targetFrame?.isMainFrame ?? true
        decisionHandler(main && action.request.url?.host != "127.0.0.1" ? .cancel : .allow)
    }
}
