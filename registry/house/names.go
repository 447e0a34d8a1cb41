package house

// Names of files of the house's trust in the database.
const (
	timestampFile = "timestamp.json"
	cosignedFile  = "cosigned" // the newest head with enough co-signatures; its version is its size
)
