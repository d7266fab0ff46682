// What is known of a vector: its verdict in words, the facts, and the grid that validation searched.

const id = name => document.getElementById(name);
const number = value => String(Math.round(value * 1000) / 1000);
const points = value => `${Math.abs(value) < 0.05 ? "" : value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;

/** The verdict as a sentence: its first words, and the rest. */
export function inWords(vector) {
  if (!vector.model) {
    return ["This file cannot be used:", ` ${vector.error}`, "broken"];
  }

  if (!vector.verdict) {
    return ["Not judged.", ` ${vector.error ?? "The file tells of no test."}`, "unknown"];
  }

  const [low, high] = vector.effect.interval;
  const change = `${points(vector.effect.points)} points of test accuracy (95% interval ${points(low)} to ${points(high)})`;
  switch (vector.verdict) {
    case "helps": return ["It helps:", ` ${change}.`, "helps"];
    case "hurts": return ["It hurts:", ` ${change}.`, "hurts"];
    default: return ["No evidence that it helps:", ` ${change}.`, "unknown"];
  }
}

/** Fills the section about a vector. */
export function describe(vector) {
  id("about").hidden = false;
  id("about-title").textContent = vector.id;
  const [first, rest, kind] = inWords(vector);
  const strong = document.createElement("strong");
  strong.textContent = first;
  id("verdict").replaceChildren(strong, rest);
  id("verdict").className = `verdict ${kind}`;
  id("reasons").replaceChildren(...(vector.reasons ?? []).map(reason => element("li", `${reason}.`)));
  id("facts").replaceChildren(...facts(vector).flatMap(([name, value]) => {
    const group = document.createElement("div");
    group.append(element("dt", name), element("dd", value));
    return group;
  }));
  showGrid(vector.evaluation);
}

function facts(vector) {
  const from = vector.provenance;
  return [
    ["Place", vector.model && vector.place],
    ["Strength", vector.model && (vector.strength === 0 ? "0: validation chose not to steer" : number(vector.strength))],
    ["Tokens", vector.positions && (vector.positions === "all" ? "all" : "the prompt's last, then each new one")],
    ["Acts", vector.condition && `only where the prompt projects beyond ${number(vector.condition.threshold)} at ${vector.condition.site} of layer ${vector.condition.layer}`],
    ["Method", from && `${from.method}, protocol ${from.protocol}, seed ${from.seed}`],
    ["Data", from && from.data],
    ["Items", from && `${from.train_size} training, ${from.validation_size} validation, ${from.test_size} test`],
    ["Fitted on", from && from.model],
  ].filter(([, value]) => value);
}

function showGrid(evaluation) {
  id("grid").hidden = !evaluation;
  if (!evaluation) {
    return;
  }

  const panels = evaluation.sites.flatMap(site => Object.keys(site.best).map(method => ({ site, method })));
  id("panel").replaceChildren(...panels.map(({ site, method }) => element("option", `${method} at ${site.site}`)));
  const { method, site } = evaluation.selected;
  const chosen = panels.findIndex(panel => panel.method === method && panel.site.site === site);
  id("panel").selectedIndex = Math.max(0, chosen);
  id("panel").onchange = () => drawPanel(panels[id("panel").selectedIndex], evaluation);
  id("panel").onchange();
}

function drawPanel({ site, method }, evaluation) {
  const distinct = values => [...new Set(values)];
  const layers = distinct(site.grid.map(cell => cell.layer)).sort((a, b) => b - a);
  const strengths = distinct(site.grid.map(cell => cell.strength)).sort((a, b) => a - b);
  const effectOf = cell => 100 * (cell.val_accuracy[method] - site.baseline_val_accuracy);
  const limit = Math.max(1, ...evaluation.sites.flatMap(other => other.grid.flatMap(cell => Object.values(cell.val_accuracy).map(accuracy => 100 * (accuracy - other.baseline_val_accuracy)))));
  const best = site.best[method];
  const head = document.createElement("tr");
  head.append(heading("layer", "col"), ...strengths.map(strength => heading(number(strength), "col")));
  const rows = layers.map(layer => {
    const row = document.createElement("tr");
    row.append(heading(number(layer), "row"), ...strengths.map(strength => {
      const cell = site.grid.find(cell => cell.layer === layer && cell.strength === strength);
      const td = element("td", cell ? points(effectOf(cell)) : "");
      if (cell) {
        td.style.setProperty("--share", Math.min(1, Math.abs(effectOf(cell)) / limit));
        td.classList.toggle("loss", effectOf(cell) < 0);
      }

      if (layer === best.layer && strength === best.strength) {
        td.classList.add("chosen");
        td.setAttribute("aria-label", `${td.textContent}, chosen`);
      }

      return td;
    }));
    return row;
  });
  id("cells").replaceChildren(head, ...rows);
}

function heading(text, scope) {
  const th = element("th", text);
  th.scope = scope;
  return th;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
