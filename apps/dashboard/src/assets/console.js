// What pages do beyond HTML. Each part does without the others, and every page works without all of them.

const { chartStyle } = document.currentScript.dataset;

// Moments in the reader's zone. A page that is brought up to date brings UTC again, so every change is looked at, before it shows.
const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const exactClock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
function showLocalTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const text = (time.matches("[data-seconds]") ? exactClock : clock).format(new Date(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
}
new MutationObserver(showLocalTimes).observe(document, { childList: true, subtree: true, characterData: true });
showLocalTimes();

// A choice that shows itself at once; its button is for those without scripts.
document.documentElement.classList.add("scripted");
document.addEventListener("change", ({ target }) => {
  if (target.matches("select[data-submits]")) target.form.requestSubmit();
});

// Text with a button that copies it.
customElements.define(
  "copy-text",
  class extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot !== null || navigator.clipboard === undefined) return;
      const button = document.createElement("button");
      button.part = "button";
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(this.textContent);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 2_000);
      });
      this.attachShadow({ mode: "open" }).append(document.createElement("slot"), " ", button);
    }
  },
);

// Nobody counts half an event.
const WHOLE_STEPS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000].flatMap((step) => [step, 2 * step, 5 * step]);

// A chart over time. Its drawing lives in a shadow, where bringing the page up to date does not wipe it out.
customElements.define(
  "time-chart",
  class extends HTMLElement {
    static observedAttributes = ["data"];
    #chart = null;
    #place = document.createElement("div");
    #sized = new ResizeObserver(() => this.#chart?.setSize(this.#size()));
    #dark = matchMedia("(prefers-color-scheme: dark)");
    #redraw = () => this.#draw();

    connectedCallback() {
      if (this.shadowRoot === null) {
        const style = document.createElement("link");
        style.rel = "stylesheet";
        style.href = chartStyle;
        this.attachShadow({ mode: "open" }).append(style, this.#place);
      }
      this.#dark.addEventListener("change", this.#redraw);
      this.#sized.observe(this);
      this.#draw();
    }

    disconnectedCallback() {
      this.#dark.removeEventListener("change", this.#redraw);
      this.#sized.disconnect();
    }

    attributeChangedCallback() {
      if (this.isConnected && this.#chart !== null) this.#draw();
    }

    #draw() {
      const { kind, starts, lines } = JSON.parse(this.getAttribute("data"));
      const colour = (name) => getComputedStyle(this).getPropertyValue(`--${name}`).trim();
      const number = new Intl.NumberFormat();
      const long = new Intl.DateTimeFormat(undefined, {
        dateStyle: "medium",
        ...(kind === "hour" ? { timeStyle: "short" } : { timeZone: "UTC" }),
      });
      const day = new Intl.DateTimeFormat(undefined, {
        day: "numeric",
        month: "short",
        ...(kind === "hour" ? {} : { timeZone: "UTC" }),
      });
      const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
      const axis = kind === "hour" && starts.length <= 24 ? hour : day;
      const axisLook = { stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
      const latest = starts.length - 1;
      // While nobody points at a moment, the legend tells the latest one.
      const tellLatest = (chart) => chart.legend.idx === null && chart.setLegend({ idx: latest }, false);
      const options = {
        ...this.#size(),
        hooks: { ready: [tellLatest], setLegend: [tellLatest] },
        cursor: { y: false },
        scales: { y: { range: (_chart, _low, high) => [0, Math.max(4, high * 1.05)] } },
        axes: [
          { ...axisLook, space: 70, values: (_chart, ticks) => ticks.map((tick) => axis.format(tick * 1_000)) },
          {
            ...axisLook,
            size: 56,
            incrs: WHOLE_STEPS,
            values: (_chart, ticks) => ticks.map((tick) => number.format(tick)),
          },
        ],
        series: [
          {
            label: kind === "hour" ? "Hour" : "Day",
            value: (_chart, tick) => (tick === null ? "–" : long.format(tick * 1_000)),
          },
          ...lines.map((line) => ({
            label: line.label,
            stroke: colour(`line-${line.colour}`),
            width: 2,
            points: { show: false },
            value: (_chart, value) => (value === null ? "–" : number.format(value)),
          })),
        ],
      };
      this.#chart?.destroy();
      this.#chart = new uPlot(options, [starts, ...lines.map(({ values }) => values)], this.#place);
    }

    #size() {
      return { width: Math.max(240, this.clientWidth), height: 200 };
    }
  },
);
