import { createRoot } from "react-dom/client";
import { translateHash, workspacePrefix } from "./lib/urls";
import { speak } from "./lib/texts";
import "./ui/style.css";

// Before anything else looks at the address: the router must not see what old links say.
const translated = translateHash(location.hash);
if (translated) history.replaceState(null, "", translated);
else if (workspacePrefix === location.pathname) history.replaceState(null, "", `${workspacePrefix}/`);

addEventListener("hashchange", () => {
  const other = translateHash(location.hash);
  if (other) location.replace(other);
});

const root = document.getElementById("root");
if (root) {
  void speak()
    .then(() => import("./App"))
    .then(({ App }) => createRoot(root).render(<App />));
}
