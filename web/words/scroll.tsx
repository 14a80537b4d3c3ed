/** A table that may be wider than the page scrolls by itself, and can be scrolled with the keyboard, so it takes the focus. */
import type { ComponentChildren } from 'preact';

export function Scroll(props: {
  readonly label: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section
      class={`scroll ${props.class ?? ''}`}
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: axe asks for it (scrollable-region-focusable), WCAG 2.1.1
      tabIndex={0}
    >
      {props.children}
    </section>
  );
}
