// Runs in each page before its own scripts: what a person would see, told by the page's own clock.
window.probe = {
  /** Milliseconds after which nothing is waited for. */
  limit: 120_000,

  /** Milliseconds from the start of loading until what `holds` tells is true in a frame. */
  until(holds) {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`not within ${this.limit / 1000} s`)), this.limit);
      const look = () => (holds() ? resolve(performance.now()) : requestAnimationFrame(look));
      look();
    });
  },

  inSight(element) {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.left < innerWidth;
  },

  /** Until an element can be clicked: it is where the pointer would find it. */
  clickable(selector) {
    return this.until(() => [...document.querySelectorAll(selector)].some((element) => {
      if (!this.inSight(element)) return false;
      const box = element.getBoundingClientRect();
      const hit = document.elementFromPoint(box.left + Math.min(box.width, 60) / 2, box.top + box.height / 2);
      return hit !== null && element.contains(hit);
    }));
  },

  /** Until all boxes in sight hold what they draw, and one of them is there. */
  drawn(boxes, drawing) {
    return this.until(() => {
      const seen = [...document.querySelectorAll(boxes)].filter((box) => this.inSight(box));
      return seen.length > 0 && seen.every((box) => box.querySelector(drawing));
    });
  },

  /** Until a text stands in one of the elements; in milliseconds since the epoch. */
  async says(selector, text) {
    const at = await this.until(() =>
      [...document.querySelectorAll(selector)].some((element) => element.textContent.includes(text)));
    return performance.timeOrigin + at;
  },

  count() {
    this.frames = [];
    this.counting = true;
    const frame = (at) => {
      this.frames.push(at);
      if (this.counting) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  },

  /** Frames a second since `count`, and the longest that passed between two, in milliseconds. */
  counted() {
    this.counting = false;
    const gaps = this.frames.slice(1).map((at, index) => at - this.frames[index]);
    return { rate: (gaps.length * 1000) / (this.frames.at(-1) - this.frames[0]), longest: Math.max(...gaps) };
  },

  watch() {
    if (!this.observer) {
      this.observer = new PerformanceObserver((list) => this.took.push(...list.getEntries().map((one) => one.duration)));
      this.took = [];
      this.observer.observe({ type: "event", durationThreshold: 16 });
      this.observer.observe({ type: "longtask" });
    }
    this.observer.takeRecords();
    this.took = [];
  },

  /** The longest time from an event to the frame that shows it, or that a task held up the page, since `watch`. */
  longest() {
    this.took.push(...this.observer.takeRecords().map((one) => one.duration));
    return Math.max(0, ...this.took);
  },
};
