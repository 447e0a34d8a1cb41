import type { Appointment } from "./constants";
import { button, make } from "./dom";
import { save } from "./exchange";
import { dialog } from "./form";
import { t } from "./i18n";

/** Offers an appointment as a file for the device's calendar. */
export function addAppointment(stage: HTMLElement, a: Appointment): Promise<void> {
  return dialog(stage, "add-calendar", t.addCalendar, ({ panel }, finish) => {
    const keep = button("primary wide", () => {
      save(`${a.title.replace(/[\\/:*?"<>|]/g, " ")}.ics`, new Blob([iCalendar(a)], { type: "text/calendar;charset=utf-8" }));
      finish();
    }, t.saveCalendar);
    const rows = [a.title, new Date(a.start * 1000).toLocaleString(), a.location ?? "", a.description ?? ""].filter(Boolean);
    panel.append(make("div", "rows", ...rows.map((row) => make("div", "row", make("span", "", row)))), keep);
  });
}

/** RFC 5545. */
function iCalendar(a: Appointment): string {
  const text = (s: string): string => s.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, "");
  const at = (name: string, seconds: number): string => (a.allDay ? `${name};VALUE=DATE:${time(seconds).slice(0, 8)}` : `${name}:${time(seconds)}`);
  const lines = [`UID:${crypto.randomUUID()}`, `DTSTAMP:${time(Date.now() / 1000)}`, at("DTSTART", a.start), at("DTEND", a.end), `SUMMARY:${text(a.title)}`];
  if (a.location) lines.push(`LOCATION:${text(a.location)}`);
  if (a.description) lines.push(`DESCRIPTION:${text(a.description)}`);
  const frequency = { day: "DAILY", week: "WEEKLY", month: "MONTHLY", year: "YEARLY" }[a.repeat ?? ""];
  if (frequency) lines.push(`RRULE:FREQ=${frequency}${a.repeatEnd ? `;UNTIL=${time(a.repeatEnd)}` : ""}`);
  if (a.alarm >= 0) lines.push("BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${text(a.title)}`, `TRIGGER:-PT${Math.round(a.alarm)}S`, "END:VALARM");
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dougong//EN", "BEGIN:VEVENT", ...lines, "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
}
