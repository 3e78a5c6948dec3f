// Logs in and out; with a one-time link (its secret stands after `#`, which no server or log sees) makes the first administrator.
const secret = location.hash.slice(1);
const part = (id) => document.getElementById(id);
const say = (text) => { part("say").textContent = text; };
const tabs = new BroadcastChannel("zeren.who"); // the page in another tab looks who is there
let csrf = null;

async function send(method, address, body) {
  const headers = { "Content-Type": "application/json", ...(csrf ? { "X-CSRF-Token": csrf } : {}) };
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
  const told = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

function show(who) {
  csrf = who && who.csrf;
  part("form").hidden = Boolean(csrf);
  part("in").hidden = !csrf;
  if (csrf) say(who.name);
}

part("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const given = { name: part("name").value, password: part("password").value };
  if (secret && given.password !== part("again").value) {
    say("两次输入的密码不同 / The passwords differ");
    return;
  }
  try {
    show(secret ? await send("POST", "v1/setup", { ...given, token: secret }) : await send("POST", "v1/session", given));
    tabs.postMessage("in");
    if (secret) history.replaceState(null, "", location.pathname);
  } catch (error) {
    say(error.message);
  }
});

part("out").addEventListener("click", async () => {
  await send("DELETE", "v1/session");
  tabs.postMessage("out");
  location.reload();
});

if (secret) {
  part("again-label").hidden = false;
  part("password").autocomplete = "new-password";
  say("设置第一位管理员：密码至少12个字符 / Set the first administrator: a password of at least 12 characters");
}
send("GET", "v1/session").then((who) => { if (!secret) show(who); }, (error) => say(error.message));
