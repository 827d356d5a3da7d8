// Package auth knows who somebody is: it invites people, checks passwords and
// second factors, counts failures and keeps sessions. It makes and changes
// accounts too, with a second person where they read referrals of others. What
// an account may do is not its business.
package auth
