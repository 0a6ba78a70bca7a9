import { defineConfig } from 'bonyan';
import { createInvoices } from './module.ts';

export default defineConfig({ modules: [createInvoices] });
