// Package install keeps a host's plugins and mini-programs up to date: it fetches bundles from sources (registries, folders
// of offline files), has them verified, and switches from one set of versions to the next in one step that can be taken back.
//
//	m, err := install.Open(install.Options{Dir: cfg.DataDir(), Gate: gate, Sources: sources})
//	change, err := m.Install(ctx, []install.Want{{ID: "com.acme.pay", Allows: install.Any}})
//	cfg = m.Overlay(cfg, ledger.Current)             // then start what it names
//
// Below <data>/installed are
//
//	generations.json    which versions are installed, which were before, which failed; replaced as a whole
//	bundles/            <sha256>.dgp, <sha256>.dgm, and the evidence of each beside it
//	partial/            downloads that have not ended, by the digest that they will have
//	lock                held by whoever changes any of this
//
// Whatever happens while something is installed (a kill, a full disk, a lost connection), generations.json names the old set
// or the new one, and each bundle that it names is there, whole. Nothing here needs the network to read what is installed.
//
// It decides nothing about trust: core/admission does. It must not know how plugins are run or mini-programs are shown.
package install
