import { Badge, createTheme, Modal, Select, Tooltip } from '@mantine/core';

/** Colours and sizes are in styles/theme.css: the provider writes no variables, so that no style element is needed. */
export const theme = createTheme({
  primaryColor: 'blue',
  respectReducedMotion: true,
  components: {
    Badge: Badge.extend({ defaultProps: { tt: 'none' } }),
    // locking the scroll makes a style element
    Modal: Modal.extend({ defaultProps: { lockScroll: false, radius: 'md', centered: true } }),
    Select: Select.extend({ defaultProps: { checkIconPosition: 'right' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: false } }),
  },
});
