// What a user of the official JavaScript client would write; prints one JSON document.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: process.env.API_KEY, maxRetries: 0 });
const [prompt, model] = process.argv.slice(2);
const request = { model, messages: [{ role: "user", content: prompt }], temperature: 0, max_tokens: 24 };

const whole = await client.chat.completions.create({ ...request, logprobs: true, top_logprobs: 2 });
let streamed = "", usage;
for await (const chunk of await client.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } })) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
  usage = chunk.usage ?? usage;
}

const viaField = await client.chat.completions.create({ ...request, model: "base", steering: { vectors: [{ name: "honest", strength: 3 }] } });
const text = await client.completions.create({ model, prompt, temperature: 0, max_tokens: 24 });
const models = [];
for await (const listed of client.models.list()) {
  models.push(listed.id);
}

const failures = [];
for (const wrong of [{ ...request, model: "gpt-4o" }, { ...request, max_tokens: -1 }]) {
  await client.chat.completions.create(wrong).catch(error => failures.push({ name: error.constructor.name, status: error.status, code: error.code, param: error.param }));
}

const abort = new AbortController();
let pieces = 0;
try {
  for await (const _ of await client.chat.completions.create({ ...request, temperature: 2, max_tokens: 400, stream: true }, { signal: abort.signal })) {
    if (++pieces === 3) {
      abort.abort();
    }
  }
} catch (error) {
  failures.push({ name: error.constructor.name });
}

console.log(JSON.stringify({
  whole: whole.choices[0].message.content,
  tokens: whole.choices[0].logprobs.content.map(token => token.token).join(""),
  streamed, usage, viaField: viaField.choices[0].message.content, text: text.choices[0].text, models, failures, pieces,
}));
