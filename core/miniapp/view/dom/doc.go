// Package dom is a client without a screen: it applies patches to a simple tree, exactly as the protocol says, and
// refuses a stream that breaks it. Checks, snapshots, test scripts and the content audit look at this tree.
//
//	tree := dom.New()
//	err := tree.Apply(patch)
//	fmt.Print(tree.HTML())
//	button := tree.FindText("Pay")
//
// It knows the protocol only: not components, data or handlers, and nothing of how things look.
package dom
