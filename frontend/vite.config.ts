import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const django = process.env["TOUCHSTONE_SERVER"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  // Django's page view reads the manifest and writes the tags itself, because the page carries a nonce.
  base: "/static/ui/",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2023",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: "src/main.tsx" },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": django, "/media": django, "/accounts": django },
  },
  test: {
    environment: "jsdom",
    globals: false,
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
