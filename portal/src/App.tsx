import { createDOMRenderer, FluentProvider, RendererProvider } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { queryClient } from "./live/queries";
import { router } from "./routes/router";
import { themes, useTheme } from "./ui/theme";

// The server's policy lets only style elements in that show the nonce of this very page.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";
const renderer = createDOMRenderer(document, { styleElementAttributes: { nonce } });

export function App() {
  const theme = useTheme();
  return (
    <RendererProvider renderer={renderer}>
      <FluentProvider theme={themes[theme]} className={`frame ${theme}`}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </FluentProvider>
    </RendererProvider>
  );
}
