// Small comforts. Every page works the same without them.
"use strict";
(function () {
	// A button that prints the page shows itself only where it can work.
	document.querySelectorAll("[data-print]").forEach(function (button) {
		button.hidden = false;
		button.addEventListener("click", function () { window.print(); });
	});
	// A second press while a form is on its way does nothing.
	document.addEventListener("submit", function (event) {
		var form = event.target;
		if (event.defaultPrevented) { return; }
		if (form.dataset.sent) { event.preventDefault(); return; }
		form.dataset.sent = "1";
		setTimeout(function () { delete form.dataset.sent; }, 5000);
		changed = null;
	});
	window.addEventListener("pageshow", function () {
		document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
	});
	// Leaving a long form with unsaved changes asks first.
	var changed = null;
	document.addEventListener("input", function (event) {
		if (event.target.closest("form[data-guard]")) { changed = true; }
	});
	window.addEventListener("beforeunload", function (event) {
		if (changed) { event.preventDefault(); }
	});
})();
