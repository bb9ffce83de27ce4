import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/mantine.css';
import './styles/theme.css';
import './styles/shell.css';
import './styles/inbox.css';
import './styles/conversation.css';
import './styles/draft.css';
import './styles/campaigns.css';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
