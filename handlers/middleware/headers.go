package middleware

import (
	"strings"

	"github.com/labstack/echo/v4"
	echomw "github.com/labstack/echo/v4/middleware"
)

// contentPolicy allows what the pages use and nothing else: styles, pictures
// and scripts of our own files, forms to ourselves; nothing inline, no frames.
const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const permissionsPolicy = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), " +
	"fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), " +
	"publickey-credentials-get=(self), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"

// Headers sets the protective headers of every answer. secure is whether the
// portal is reached by HTTPS; static is the path under which files lie that
// are nobody's ("/static/"): only they may be kept by a browser or a proxy.
func Headers(secure bool, static string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Set(echo.HeaderContentSecurityPolicy, contentPolicy)
			h.Set(echo.HeaderXContentTypeOptions, "nosniff")
			h.Set(echo.HeaderReferrerPolicy, "no-referrer")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", permissionsPolicy)
			h.Set(echo.HeaderXFrameOptions, "DENY")
			if secure {
				h.Set(echo.HeaderStrictTransportSecurity, "max-age=63072000; includeSubDomains")
			}
			isStatic := static != "" && strings.HasPrefix(c.Request().URL.Path, static)
			c.Response().Before(func() {
				if !isStatic || c.Response().Status >= 400 {
					h.Set(echo.HeaderCacheControl, "no-store")
				}
			})
			return next(c)
		}
	}
}

// Gzip compresses answers, quickly rather than tightly. What a compressed
// length could give away is answered elsewhere: the one secret that is on every
// page, the CSRF token, is masked anew for each answer (CSRFToken), and another
// site cannot make a browser send the session with requests that it can repeat
// unseen (SameSite=Lax).
func Gzip() echo.MiddlewareFunc {
	return echomw.GzipWithConfig(echomw.GzipConfig{Level: 1, MinLength: 1024})
}
