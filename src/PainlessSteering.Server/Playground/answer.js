// One of the two answers: its tokens, how they are shown, and the note on the token that the reader is at.

const percent = logprob => `${(100 * Math.exp(logprob)).toFixed(logprob > Math.log(0.001) ? 1 : 3)}%`;
const visible = text => text.replace(/\n/g, "⏎").replace(/ /g, "␣") || "∅";

export class Answer {
  /** @param {string} name Begins the ids of the answer's elements. */
  constructor(name) {
    this.text = document.getElementById(name);
    this.note = document.getElementById(`${name}-token`);
    this.rate = document.getElementById(`${name}-rate`);
    this.tokens = [];
    this.current = -1;
    this.text.addEventListener("pointerover", event => this.#goTo([...this.text.children].indexOf(event.target)));
    this.text.addEventListener("keydown", event => this.#walk(event));
  }

  /** Begins anew. */
  clear() {
    this.tokens = [];
    this.current = -1;
    this.text.replaceChildren();
    this.note.textContent = "";
    this.rate.textContent = "";
    this.asked = performance.now();
  }

  /** Takes the tokens of a streamed document. */
  add(tokens) {
    this.tokens.push(...tokens);
    const seconds = (performance.now() - this.asked) / 1000; // Not since the first token: all of them may come at once.
    this.rate.textContent = `${this.tokens.length} tokens, ${(this.tokens.length / Math.max(seconds, 1e-3)).toFixed(0)} a second`;
  }

  /** Shows the tokens; those that differ are marked, and the first of them more. */
  show(differs, first) {
    this.tokens.forEach((token, i) => {
      const kind = differs[i] ? "MARK" : "SPAN";
      let element = this.text.children[i];
      if (element?.tagName !== kind) {
        const made = document.createElement(kind);
        made.textContent = token.token;
        element ? element.replaceWith(made) : this.text.append(made);
        element = made;
      }

      element.className = `${i === first && differs[i] ? "parting" : ""} ${i === this.current ? "current" : ""}`.trim();
    });
  }

  #walk(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    if (event.key in steps && this.tokens.length > 0) {
      event.preventDefault();
      this.#goTo(Math.min(this.tokens.length - 1, Math.max(0, this.current + steps[event.key])));
    }
  }

  #goTo(index) {
    if (index < 0 || index >= this.tokens.length) {
      return;
    }

    this.text.children[this.current]?.classList.remove("current");
    this.text.children[index]?.classList.add("current");
    this.current = index;
    const { token, logprob, top_logprobs: top = [] } = this.tokens[index];
    const others = top.filter(other => other.token !== token).map(other => `${visible(other.token)} ${percent(other.logprob)}`);
    this.note.textContent = `Token ${index + 1}: ${visible(token)} ${percent(logprob)}${others.length ? `; instead ${others.join(", ")}` : ""}`;
  }
}
