import path from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: path.join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    // Nothing inline: the hub's content security policy allows files alone.
    assetsInlineLimit: 0,
    modulePreload: false,
    target: 'es2023',
  },
})
