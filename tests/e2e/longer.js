// Makes the page's own words longer, says what that breaks, and gives them back.
(() => {
  // What people, files and machines wrote stays as it is; a picture is laid out by the program, which measures its words.
  const FOREIGN = 'bdi, code, kbd, time, .markdown, svg, script, style, template, datalist';
  // Each of these lies over the others by design.
  const LAYERS = 'dialog, .toasts, .skip, .overlay, .top';
  // Cut off by design: for ears alone, and the rows of long lists, which are all of one height.
  const CUT = '.unseen, table.long td, table.long td *, .acts.long li, .acts.long li *';
  const longer = (text) => {
    let more = Math.ceil(text.trim().length * 0.4);
    let tail = '';
    for (; more > 0; more -= 7) tail += ' ' + '~'.repeat(Math.max(1, Math.min(more - 1, 6)));
    const end = text.match(/\s*$/)[0];
    return text.slice(0, text.length - end.length) + tail + end;
  };
  const texts = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) if (walker.currentNode.nodeValue.trim()) found.push(walker.currentNode);
    return found;
  };
  const has_letters = (text) => /\p{L}/u.test(text);
  const changed = [];
  const change = (node, key, value) => {
    changed.push([node, key, node[key], value]);
    node[key] = value;
  };
  const lengthen = () => {
    for (const node of texts()) {
      const is_own = has_letters(node.nodeValue) && !node.parentElement.closest(FOREIGN);
      if (is_own) change(node, 'nodeValue', longer(node.nodeValue));
    }
    for (const field of document.querySelectorAll('[placeholder]')) change(field, 'placeholder', longer(field.placeholder));
    return changed.length;
  };
  const restore = () => {
    // What the page has written meanwhile is newer.
    for (const [node, key, before, after] of changed.splice(0)) if (node[key] === after) node[key] = before;
  };
  const named = (element) => {
    const name = element.localName + (element.id && '#' + element.id) + [...element.classList].map((name) => '.' + name).join('');
    return `${name} "${(element.innerText || element.placeholder || '').trim().slice(0, 60)}"`;
  };
  const is_seen = (element) => element.checkVisibility({visibilityProperty: true}) && !element.closest('.unseen');

  const clipped = () => {
    const troubles = [];
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest('svg') || element.matches(CUT) || !is_seen(element)) continue;
      const style = getComputedStyle(element);
      const is_button = element.matches('button, summary, th, .chip');
      for (const [axis, inside, box] of [['X', element.scrollWidth, element.clientWidth], ['Y', element.scrollHeight, element.clientHeight]]) {
        const hides = ['hidden', 'clip'].includes(style['overflow' + axis]);
        if ((hides || is_button) && box > 0 && inside > box + 1) troubles.push(`cut off, ${inside} in ${box} px: ${named(element)}`);
      }
    }
    const context = document.createElement('canvas').getContext('2d');
    for (const field of document.querySelectorAll('input[placeholder]')) {
      if (!is_seen(field)) continue;
      const style = getComputedStyle(field);
      context.font = style.font;
      const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      const wide = Math.ceil(context.measureText(field.placeholder).width);
      // A hint that ends in an ellipsis is one that is said aloud in full.
      if (wide > room && style.textOverflow !== 'ellipsis') troubles.push(`a hint of ${wide} in ${room} px: ${named(field)}`);
    }
    return troubles;
  };

  // Where each text is seen, line by line, within what scrolls or clips it.
  const lines = () => {
    const found = [];
    for (const node of texts()) {
      const element = node.parentElement;
      if (element.closest('svg, option') || !is_seen(element)) continue;
      let [left, top, right, bottom] = [-Infinity, -Infinity, Infinity, Infinity];
      for (let around = element; around && around !== document.body; around = around.parentElement) {
        if (getComputedStyle(around).overflow === 'visible') continue;
        const box = around.getBoundingClientRect();
        [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
        [right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)];
      }
      const range = document.createRange();
      range.selectNodeContents(node);
      const layer = element.closest(LAYERS);
      for (const box of range.getClientRects()) {
        const line = {node, layer, left: Math.max(left, box.left), top: Math.max(top, box.top), right: Math.min(right, box.right), bottom: Math.min(bottom, box.bottom)};
        if (line.right - line.left > 1 && line.bottom - line.top > 1) found.push(line);
      }
    }
    return found.sort((one, other) => one.top - other.top);
  };
  const overlapping = () => {
    const troubles = [];
    const all = lines();
    all.forEach((one, place) => {
      for (const other of all.slice(place + 1)) {
        // Letters of neighbouring lines may touch.
        if (other.top > one.bottom - 4) break;
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        if (wide > 2 && one.layer === other.layer && one.node !== other.node) {
          troubles.push(`"${one.node.nodeValue.trim().slice(0, 60)}" lies over "${other.node.nodeValue.trim().slice(0, 60)}" in ${named(other.node.parentElement)}`);
        }
      }
    });
    return troubles;
  };
  const sideways = () => {
    const beyond = document.documentElement.scrollWidth - innerWidth;
    if (beyond <= 0) return [];
    const widest = [...document.body.querySelectorAll('*')].filter((element) => is_seen(element) && element.getBoundingClientRect().right > innerWidth + 1);
    return [`${beyond} px beyond the window's edge: ${widest.slice(0, 5).map(named).join(', ')}`];
  };
  window.longer = {lengthen, restore, troubles: () => [...clipped(), ...overlapping(), ...sideways()]};
})()
