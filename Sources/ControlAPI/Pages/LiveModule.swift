/// The one script: it replaces fragments and does nothing else. Every page works without it.
enum LiveModule {
    static let text = #"""
        // Keeps the parts of a page true that have a name in data-live.
        const parts = new Map();
        for (const part of document.querySelectorAll("[data-live]")) parts.set(part.dataset.live, part);
        const lost = document.querySelector("[data-words]");
        const pollEvery = 10000;
        let source = null;
        let poll = null;

        // Nothing is taken away from somebody who is writing in it, or has opened a part of it.
        function isInUse(part) {
          const at = document.activeElement;
          return part.contains(at) && (at.matches("input, textarea, select, summary"));
        }

        function show(name, html) {
          const part = parts.get(name);
          if (!part || part.innerHTML === html || isInUse(part)) return;
          const open = [...part.querySelectorAll("details")].map((one) => one.open);
          const at = document.activeElement;
          const mark = part.contains(at) ? at.getAttribute("href") ?? at.textContent : null;
          part.innerHTML = html;
          part.querySelectorAll("details").forEach((one, index) => { one.open = open[index] ?? false; });
          if (mark === null) return;
          const again = [...part.querySelectorAll("a, button")]
            .find((one) => (one.getAttribute("href") ?? one.textContent) === mark);
          again?.focus({ preventScroll: true });
        }

        function say(isLost) { if (lost) lost.textContent = isLost ? lost.dataset.words : ""; }

        async function fetchOnce() {
          try {
            const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
            if (!answer.ok) return;
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            for (const part of page.querySelectorAll("[data-live]")) show(part.dataset.live, part.innerHTML);
          } catch { /* The next round tries again. */ }
        }

        function close() {
          source?.close();
          source = null;
          clearInterval(poll);
          poll = null;
        }

        function open() {
          if (source || poll || parts.size === 0 || document.hidden) return;
          const topics = [...parts.keys()].map(encodeURIComponent).join(",");
          source = new EventSource(`/live?topics=${topics}`);
          source.addEventListener("open", () => say(false));
          source.addEventListener("fragment", (event) => {
            const fragment = JSON.parse(event.data);
            show(fragment.topic, fragment.html);
          });
          source.addEventListener("error", () => {
            say(true);
            // The browser tries again by itself unless the door said no.
            if (source.readyState !== EventSource.CLOSED) return;
            close();
            poll = setInterval(fetchOnce, pollEvery);
          });
        }

        document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
        addEventListener("pagehide", close);
        addEventListener("pageshow", open);
        open();

        """#
}
