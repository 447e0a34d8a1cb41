// Package remote has the keys of a house in another process: a program that drives a card, an HSM or a key service, as
// ssh-agent has those of a shell. The program may be written in any language; it cannot crash this process, and this process
// needs none of its libraries.
//
//	token, err := remote.Start(ctx, []string{"dougong-pkcs11", "--module", "libsofthsm2.so", "--label", "house"})
//	defer token.Close()
//	signer, err := authority.Signer(ctx, token, "ca-issuing")
//
// The program writes one line of JSON when it is ready, {"token":"dougong-token/1"}, or {"error":"why not"}. Then it answers
// each line of its input by a line:
//
//	{"do":"generate","label":"x","algorithm":"ed25519"}   {"key":{"keytype":…}}
//	{"do":"find","label":"x"}                             {"key":{"keytype":…}}
//	{"do":"sign","label":"x","message":"<base64>"}        {"signature":"<base64>"}
//
// What goes wrong is {"error":"in words","code":"no-key"}; codes are no-key, exists, algorithm, or none. It ends when its input
// ends. What it logs it writes to its standard error. Serve is the program's side for any authority.Token.
//
// It must not know what is signed; every signature is verified by whoever asked for it (key.Sign).
package remote
