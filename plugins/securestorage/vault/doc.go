// Package vault encrypts key-value items so that whoever holds the store can neither read nor change them unseen.
//
// Each item is a record of its own, sealed by SM4-GCM under a key that the host gives for one app and user. A sealed index
// says which record is the current one of which name; records have random ids, so that the store does not even show the
// names. What is bound to a record (additional data): app, user, name, id, format and key epoch. Hence
//
//   - a changed record does not open;
//   - a record put in another's place, or an older one put back, has not the id that the index names;
//   - an older index put back with its records is behind the counter that the host keeps (Store.Anchor).
//
// A write is: new record, index, counter, and only then the old record goes. A crash in between leaves the old or the
// new value, and at most a record that nobody names, which is swept at the next start.
package vault
