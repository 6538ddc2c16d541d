import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Every component on one page, for looking at them; not part of the product. `npm run gallery` */
export default defineConfig({
  root: "gallery",
  plugins: [react()],
  build: {
    outDir: "../build/gallery",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
