import 'core-js/stable';

/**
 * What the viewer uses of the DOM and Chromium 83 lacks; core-js brings the language. Runs in pages and in workers.
 * In comments: the Chromium that brought it.
 */

/** A library function of the platform, where it is not there. */
function fill<T extends object>(prototype: T | undefined, name: string, value: unknown): void {
  if (prototype === undefined || name in prototype) return;
  Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
}

const scope = globalThis as unknown as {
  readonly CSSStyleDeclaration?: { readonly prototype: CSSStyleDeclaration };
  readonly CanvasRenderingContext2D?: { readonly prototype: CanvasRenderingContext2D };
  readonly Element?: { readonly prototype: Element };
};

// 100
fill(AbortSignal.prototype, 'throwIfAborted', function (this: AbortSignal) {
  if (this.aborted) throw new DOMException('signal is aborted without reason', 'AbortError');
});

// 86
fill(scope.Element?.prototype, 'replaceChildren', function (this: Element, ...nodes: (Node | string)[]) {
  this.textContent = '';
  this.append(...nodes);
});

// 99; one radius for all corners, which is all that is asked for.
fill(
  scope.CanvasRenderingContext2D?.prototype,
  'roundRect',
  function (this: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, radius: number) {
    const r = Math.min(radius, width / 2, height / 2);
    this.moveTo(x + r, y);
    this.arcTo(x + width, y, x + width, y + height, r);
    this.arcTo(x + width, y + height, x, y + height, r);
    this.arcTo(x, y + height, x, y, r);
    this.arcTo(x, y, x + width, y, r);
    this.closePath();
  },
);

// 87
const style = scope.CSSStyleDeclaration?.prototype;
if (style !== undefined && !('inset' in style)) {
  Object.defineProperty(style, 'inset', {
    configurable: true,
    get(this: CSSStyleDeclaration) {
      return this.top;
    },
    set(this: CSSStyleDeclaration, value: string) {
      for (const side of ['top', 'right', 'bottom', 'left'] as const) this[side] = value;
    },
  });
}

// 90: a listener that ends with a signal. Asked by trying, as it is an option and no name.
if (!listensWithSignal()) {
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const signal = typeof options === 'object' ? options.signal : undefined;
    if (signal?.aborted) return;
    add.call(this, type, listener, options);
    if (signal !== undefined) {
      add.call(signal, 'abort', () => this.removeEventListener(type, listener, options), { once: true });
    }
  };
}

function listensWithSignal(): boolean {
  let isAsked = false;
  const options = {
    get signal() {
      isAsked = true;
      return undefined;
    },
  };
  new EventTarget().addEventListener('asked', null, options as unknown as AddEventListenerOptions);
  return isAsked;
}
