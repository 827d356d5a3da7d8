package referral_test

import "znak/models/store"

// listAll is a list without a filter.
var listAll = store.Filter{Limit: 50}
