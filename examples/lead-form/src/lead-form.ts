import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { CapiRelay } from "@capi-relay/sdk";
import { formPage, thanksPage } from "./lead-page.ts";
import { readForm, readLead } from "./read-lead.ts";
import { reportLead } from "./report-lead.ts";

export interface LeadFormPorts {
  readonly relay: CapiRelay;
  /** The account at capi-relay that the leads belong to. */
  readonly accountId: string;
  /** ISO 3166 code of the country that numbers without a country code are from. */
  readonly country: string;
  /** Told one line per lead, with nothing about the visitor in it. */
  log(line: string): void;
}

interface Page {
  readonly status: number;
  readonly html: string;
}

const MAX_BYTES = 16 * 1024;

/** A page with a form, `GET /`, and its handler, `POST /leads`. */
export function leadForm(ports: LeadFormPorts): Server {
  return createServer((request, response) => {
    pageFor(request, ports).then(
      ({ status, html }) => response.writeHead(status, HEADERS).end(html),
      (error: unknown) => {
        ports.log(`a request failed: ${error instanceof Error ? error.name : "unknown"}`);
        response.writeHead(500, HEADERS).end(thanksPage("Something went wrong. Please try again later."));
      },
    );
  });
}

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  // The page holds a lead id of its own, and may hold what was typed.
  "cache-control": "no-store",
};

async function pageFor(request: IncomingMessage, ports: LeadFormPorts): Promise<Page> {
  const route = `${request.method} ${request.url?.split("?")[0]}`;
  if (route === "GET /") return { status: 200, html: formPage(anEmptyForm()) };
  if (route === "POST /leads") return takeLead(await readBody(request), ports);
  return { status: 404, html: thanksPage("There is nothing here.") };
}

/** A form that was sent: back to the visitor with its mistakes, or reported. */
async function takeLead(body: string, { relay, accountId, country, log }: LeadFormPorts): Promise<Page> {
  const typed = readForm(new URLSearchParams(body));
  if (typed === null)
    return { status: 400, html: formPage(anEmptyForm(), { notice: "Please fill in the form again." }) };
  const read = readLead(typed, country);
  if (read.kind === "mistakes") return { status: 422, html: formPage(typed, read) };

  // Your own system would keep the lead here, before anything is told to anybody.
  const reported = await reportLead(read.lead, relay, accountId);
  switch (reported.kind) {
    case "taken":
      log(`a lead is taken as ${reported.id}`);
      return { status: 200, html: thanksPage("We will write to you on WhatsApp.") };
    case "sent_before":
      return { status: 200, html: thanksPage("We have your request already and will write to you on WhatsApp.") };
    case "failed":
      log(`a lead is not taken, ${reported.why}`);
      // With the same lead id: sent again, it is still one lead.
      return { status: 503, html: formPage(typed, { notice: "That did not work. Please send it again in a minute." }) };
  }
}

const anEmptyForm = () => ({ leadId: randomUUID(), phone: "", email: "", agreed: false });

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= MAX_BYTES) parts.push(part);
  }
  return bytes <= MAX_BYTES ? Buffer.concat(parts).toString("utf8") : "";
}
