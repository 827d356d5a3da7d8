// Package auth knows who somebody is: it checks passwords, counts failures and
// keeps sessions. What an account may do is not its business.
package auth
